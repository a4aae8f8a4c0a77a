/** What a user writes who forgot to define a driver. */
export default { role: 'probe', name: 'no-driver' };
