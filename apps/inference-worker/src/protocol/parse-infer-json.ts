import type { InferBody } from './infer-body.ts';
import { decodePlan, planInfer, type InferPlan } from './infer-plan.ts';
import { checkNesting, holdsUnsafeIntegers, parseJson, parseJsonExactly } from './parse-json.ts';
import { isObject } from './request-parts.ts';
import { scanInferJson } from './scan-infer-json.ts';

/** The infer request of a body that is all JSON. Throws a 400 that names the bad part. */
export function parseInferJson(body: Buffer): InferBody {
  return scanInferJson(body) ?? decodePlan(parseInferPlan(body), undefined);
}

/**
 * The plan of an infer request from its JSON, whatever it holds. Integers beyond 2^53 in INT64 and UINT64 inputs arrive as bigint, exactly.
 * Throws a 400 that names the bad part.
 */
export function parseInferPlan(json: Buffer): InferPlan {
  const body = parseJson(json);
  checkNesting(body);
  return planInfer(needsExactIntegers(body) ? parseJsonExactly(json) : body);
}

function needsExactIntegers(body: unknown): boolean {
  if (!isObject(body) || !Array.isArray(body['inputs'])) return false;
  return body['inputs'].some(
    (input: unknown) => isObject(input) && (input['datatype'] === 'INT64' || input['datatype'] === 'UINT64') && holdsUnsafeIntegers(input['data']),
  );
}
