export { TokenResolver } from './token.resolver.ts';
export { TokenService } from './token.service.ts';
export { CreateTokenInput } from './token.inputs.ts';
