/** C12.18 passwords are 20 bytes. */
const PASSWORD_BYTES = 20;
/** Where a password other than the factory's comes from; never from a command line. */
const PASSWORD_VARIABLE = 'METERBENCH_OPTICAL_PASSWORD';

/** Of the reader's association of DLMS (LLS); never from a command line. */
const DLMS_PASSWORD_VARIABLE = 'METERBENCH_DLMS_PASSWORD';
/** What simulated meters keep unless told otherwise. */
const DLMS_PASSWORD = '12345678';

/** The password with which a reader associates: the environment's, or the factory's. */
export function dlmsPassword(): Uint8Array {
  return new Uint8Array(
    Buffer.from(process.env[DLMS_PASSWORD_VARIABLE] ?? DLMS_PASSWORD, 'latin1'),
  );
}

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
