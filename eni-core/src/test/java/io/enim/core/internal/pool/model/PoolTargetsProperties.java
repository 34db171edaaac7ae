package io.enim.core.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.core.internal.pool.Targets.Stock;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

final class TargetsProperties {
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
        Targets targets = new Targets(min, min + more, warm);
        Stock stock = new Stock(ready + coming + used, ready, coming, waiting);
        int cap = targets.cap(allowed);
        int create = targets.toCreate(stock, cap);
        int surplus = targets.surplus(stock, cap);
        assertThat(create).isNotNegative();
        assertThat(surplus).isBetween(0, ready);
        assertThat(create == 0 || stock.slots() + create <= cap).isTrue();
        assertThat(create == 0 || surplus == 0).isTrue();
    }

    @Property
    void retiringAllSurplusAsksForNoCreation(
            @ForAll @IntRange(max = 10) int min,
            @ForAll @IntRange(max = 10) int warm,
            @ForAll @IntRange(max = 20) int ready,
            @ForAll @IntRange(max = 20) int used) {
        Targets targets = new Targets(min, 40, warm);
        Stock before = new Stock(ready + used, ready, 0, 0);
        int surplus = targets.surplus(before, 40);
        Stock after = new Stock(before.slots() - surplus, ready - surplus, 0, 0);
        assertThat(surplus == 0 || targets.toCreate(after, 40) == 0).isTrue();
    }
}
