/**
 * An encoder as an embedding model of LangChain4j. One class, which holds no logic of its own; used
 * by nothing in the project.
 */
@NullMarked
package org.isoscope.langchain4j;

import org.jspecify.annotations.NullMarked;
