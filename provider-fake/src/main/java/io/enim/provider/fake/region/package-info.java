/**
 * A cloud in memory. Entry: {@link io.enim.provider.fake.region.SimulatedRegion}.
 *
 * <p>The model keeps the rules that clouds keep (limits, intermediate states, tokens, delayed visibility, pages) and the
 * faults that they have. {@link io.enim.provider.fake.FakeCloud} speaks to it directly; the stand-ins of real clouds put
 * their wire protocols before it. All times come from an injected clock: a state changes when somebody looks after its
 * time has come, so nothing runs by itself. Safe for concurrent use.
 */
@NullMarked
package io.enim.provider.fake.region;

import org.jspecify.annotations.NullMarked;
