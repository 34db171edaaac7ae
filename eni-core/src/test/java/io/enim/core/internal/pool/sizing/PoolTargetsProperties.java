package io.enim.core.internal.pool.sizing;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.core.internal.pool.sizing.PoolTargets.Supply;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

final class PoolTargetsProperties {
    @Property
    void neverPastTheCapAndNeverBothWays(
            @ForAll @IntRange(max = 10) int min,
            @ForAll @IntRange(max = 10) int more,
            @ForAll @IntRange(max = 10) int warm,
            @ForAll @IntRange(max = 20) int ready,
            @ForAll @IntRange(max = 20) int coming,
            @ForAll @IntRange(max = 20) int used,
            @ForAll @IntRange(max = 2000) int waiting,
            @ForAll @IntRange(max = 30) int allowed) {
        PoolTargets poolTargets = new PoolTargets(min, min + more, warm);
        Supply supply = new Supply(ready + coming + used, ready, coming, waiting);
        int cap = poolTargets.cap(allowed);
        int create = poolTargets.toCreate(supply, cap);
        int surplus = poolTargets.surplus(supply, cap);
        assertThat(create).isNotNegative();
        assertThat(surplus).isBetween(0, ready);
        assertThat(create == 0 || supply.slots() + create <= cap).isTrue();
        assertThat(create == 0 || surplus == 0).isTrue();
    }

    @Property
    void retiringAllSurplusAsksForNoCreation(
            @ForAll @IntRange(max = 10) int min,
            @ForAll @IntRange(max = 10) int warm,
            @ForAll @IntRange(max = 20) int ready,
            @ForAll @IntRange(max = 20) int used) {
        PoolTargets poolTargets = new PoolTargets(min, 40, warm);
        Supply before = new Supply(ready + used, ready, 0, 0);
        int surplus = poolTargets.surplus(before, 40);
        Supply after = new Supply(before.slots() - surplus, ready - surplus, 0, 0);
        assertThat(surplus == 0 || poolTargets.toCreate(after, 40) == 0).isTrue();
    }
}
