import { Arg, Int } from 'type-graphql';

type ArgumentDecorator = ReturnType<typeof Arg>;

/** `first: Int = …`: how many rows a page has. */
export function First(standard = 50): ArgumentDecorator {
  return Arg('first', () => Int, { nullable: true, defaultValue: standard });
}

/** `after: String`: the cursor that the page goes on from. */
export function After(): ArgumentDecorator {
  return Arg('after', () => String, { nullable: true });
}
