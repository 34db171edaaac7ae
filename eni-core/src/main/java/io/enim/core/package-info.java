/**
 * Builds the manager. Entry: {@link io.enim.core.Enim}, with plain {@code new} underneath; {@link io.enim.core.EnimModule}
 * does the same inside a Guice injector.
 *
 * <p>Building reads the ledger, loads the device layer, makes the provider, and starts threads; closing the manager ends
 * all of them. Two managers on one directory are refused.
 */
@NullMarked
package io.enim.core;

import org.jspecify.annotations.NullMarked;
