/**
 * From a model's name to checked weights: {@link org.isoscope.encoder.checkpoint.ModelSource} finds
 * a model (a directory, a Maven artifact, an alias) and converts it once to the Hugging Face
 * layout; {@link org.isoscope.encoder.checkpoint.Checkpoint} reads that layout. Nothing read is
 * trusted: every length is checked before it is used, and nothing is ever unpickled. Plain Java: no
 * native library may be imported here.
 */
@NullMarked
package org.isoscope.encoder.checkpoint;

import org.jspecify.annotations.NullMarked;
