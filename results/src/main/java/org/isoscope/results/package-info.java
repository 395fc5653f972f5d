/**
 * The result files: schema-versioned records, read and written as JSON through {@link
 * org.isoscope.results.ResultDirectory}. The fields' names and meaning are a contract with other
 * programs: fields may be added, never renamed. A figure that is undefined (too few vectors) is
 * {@code null}, never NaN. Numbers are kept in full precision; rounding belongs to the report.
 * Imports nothing of the project but {@code org.isoscope.io}.
 */
@NullMarked
package org.isoscope.results;

import org.jspecify.annotations.NullMarked;
