package org.isoscope.study.search;

import org.jspecify.annotations.Nullable;

/**
 * A row of what is searched or compared.
 *
 * @param row its number from 0, in the order of the file; of a text those alone count that are not
 *     blank, so that it is the row of its vector in what {@code encode} writes
 * @param id what stands in the column {@code id} beside a vector; null: there is none
 * @param text null: there is none beside the vector
 */
public record FoundRow(int row, @Nullable String id, @Nullable String text) {}
