/** An error on its way from one thread to another: its code, its words, and those of its causes. */
import { type ErrorCode, TsgogetError } from '../errors.js';

export interface ErrorText {
  readonly code: string | undefined;
  readonly message: string;
  readonly hint: string | undefined;
  readonly cause: ErrorText | undefined;
}

/** What there is to say of an error. */
export function errorText(error: unknown): ErrorText {
  const { code, hint, message, cause } = error as Partial<TsgogetError>;
  return {
    code,
    message: message ?? String(error),
    hint,
    cause: cause === undefined ? undefined : errorText(cause),
  };
}

/** The TsgogetError that a text was made of. The cause of an interruption does not leave its thread: that is `reason`. */
export function errorOf(text: ErrorText, reason: unknown): TsgogetError {
  const cause = text.code === 'interrupted' ? reason : text.cause && asError(text.cause);
  return new TsgogetError(text.code as ErrorCode, text.message, { hint: text.hint, cause });
}

function asError({ message, code, cause }: ErrorText): Error {
  const error = new Error(message, cause && { cause: asError(cause) });
  return code === undefined ? error : Object.assign(error, { code });
}
