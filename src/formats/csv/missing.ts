/** What stands for a missing cell of a CSV file: what pandas' read_csv takes for one (`STR_NA_VALUES`), and NaT. */
export const CSV_MISSING: readonly string[] =
  ",#N/A,#N/A N/A,#NA,-1.#IND,-1.#QNAN,-NaN,-nan,1.#IND,1.#QNAN,<NA>,N/A,NA,NULL,NaN,None,n/a,nan,null,NaT".split(
    ",",
  );
