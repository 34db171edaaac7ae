/**
 * A cloud in memory. Entry: {@link io.enim.provider.fake.region.SimulatedRegion}.
 *
 * <p>The model keeps the rules that clouds keep (limits, intermediate states, tokens, delayed visibility, pages) and the
 * faults that they have. {@link io.enim.provider.fake.FakeCloud} calls it directly; the emulators of real clouds put
 * their wire protocols before it. All times come from an injected clock: a state changes at the first call after its
 * time, so nothing runs by itself. Safe for concurrent use.
 */
@NullMarked
package io.enim.provider.fake.region;

import org.jspecify.annotations.NullMarked;
