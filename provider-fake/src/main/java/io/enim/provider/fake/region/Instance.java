package io.enim.provider.fake.region;

/**
 * An instance.
 *
 * @param id its id
 * @param zone its zone
 * @param maxEnis how many ENIs may be attached, beside its own first interface
 */
public record Instance(String id, String zone, int maxEnis) {}
