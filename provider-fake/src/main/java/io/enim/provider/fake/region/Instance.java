// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.fake.region;

/** An instance; {@code maxEnis} may be attached beside its own first interface. */
public record Instance(String id, String zone, int maxEnis) {}
