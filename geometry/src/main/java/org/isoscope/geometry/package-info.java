@NullMarked
package org.isoscope.geometry;

import org.jspecify.annotations.NullMarked;
