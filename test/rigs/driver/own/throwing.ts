/** What a user writes whose module cannot be loaded. */
throw new Error('the library is not installed');
