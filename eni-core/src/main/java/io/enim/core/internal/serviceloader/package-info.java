/**
 * Finds device layers and providers by name. Entry: {@link io.enim.core.internal.serviceloader.NamedServices}.
 * Nothing is guessed: what is missing, unknown or ambiguous is refused, and the refusal lists what is there.
 */
@NullMarked
package io.enim.core.internal.serviceloader;

import org.jspecify.annotations.NullMarked;
