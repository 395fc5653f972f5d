/**
 * Models in Hugging Face and sentence-transformers layout: {@link
 * org.isoscope.encoder.checkpoint.Checkpoint} reads and checks them. Nothing read is trusted: every
 * length is checked before it is used, and nothing is ever unpickled. Plain Java: no native library
 * may be imported here.
 */
@NullMarked
package org.isoscope.encoder.checkpoint;

import org.jspecify.annotations.NullMarked;
