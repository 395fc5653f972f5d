/**
 * What libtorch from Java needs everywhere: {@link org.isoscope.torch.Scope} owns native memory,
 * {@link org.isoscope.torch.Compute} sets threads and precision, {@link
 * org.isoscope.torch.NativeError} turns a C++ error into one line. No mathematics, no models: those
 * live in the modules above. Imports nothing of the project but {@code org.isoscope.io}.
 */
@NullMarked
package org.isoscope.torch;

import org.jspecify.annotations.NullMarked;
