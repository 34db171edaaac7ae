/**
 * Finds device layers and providers by name. Entry: {@link io.enim.core.internal.serviceloader.NamedServices}.
 *
 * <p>Nothing is guessed: none found, two of one name, an unknown name, and several where no name was given are refused,
 * and the refusal lists what is there.
 */
@NullMarked
package io.enim.core.internal.serviceloader;

import org.jspecify.annotations.NullMarked;
