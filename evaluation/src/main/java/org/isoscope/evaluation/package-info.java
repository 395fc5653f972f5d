/**
 * What a model is like: its geometry over a text ({@link org.isoscope.evaluation.ModelGeometry}),
 * the tokens of chosen sentences for pictures, how well its cosines follow human scores and how
 * well it finds answers. Takes an encoder, gives result records. Knows nothing of training or of
 * reports.
 */
@NullMarked
package org.isoscope.evaluation;

import org.jspecify.annotations.NullMarked;
