/** C12.18 passwords are 20 bytes. */
const PASSWORD_BYTES = 20;
/** Where a password other than the factory's comes from; never from a command line. */
const PASSWORD_VARIABLE = 'METERBENCH_OPTICAL_PASSWORD';

/**
 * The optical port's password: the text of the environment variable, padded with 00, or the
 * factory's twenty 00, which simulated meters keep unless told otherwise.
 */
export function opticalPassword(): Uint8Array {
  const password = new Uint8Array(PASSWORD_BYTES);
  const text = Buffer.from(process.env[PASSWORD_VARIABLE] ?? '', 'latin1');
  password.set(text.subarray(0, PASSWORD_BYTES));
  return password;
}
