/**
 * The text side: sentences ({@link org.isoscope.corpus.Corpus}), positive pairs ({@link
 * org.isoscope.corpus.PairCorpus}) and scored pairs ({@link org.isoscope.corpus.ScoredPairCorpus})
 * from the name that a user gives them, a file or a part of {@link org.isoscope.corpus.WordNet};
 * and vectors that some other program made ({@link org.isoscope.corpus.VectorFile}), as plain
 * numbers. Nothing here knows of tokens, tensors or what vectors mean: no encoder, no torch, no
 * geometry is imported.
 *
 * <p>What all readers hold to: text is UTF-8, decoded strictly; a byte-order mark at the start of a
 * file is dropped; a sentence loses the white space around it and is otherwise left as it is (no
 * Unicode normalisation); an error names file and line; lines are counted from 1.
 */
@NullMarked
package org.isoscope.corpus;

import org.jspecify.annotations.NullMarked;
