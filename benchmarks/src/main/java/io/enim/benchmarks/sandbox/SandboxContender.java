// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.sandbox;

import static java.util.Objects.requireNonNull;

import io.enim.Assignment;
import io.enim.EniManager;
import io.enim.benchmarks.device.Contender;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gets a sandbox with its ENI in some way, and ends it. Between the two, and afterwards, as many as are kept ready are so, so that
 * no refill runs beside what is measured.
 */
final class SandboxContender implements Contender {
    private final EniManager manager;
    private final Supplier<Assignment> get;
    private final Consumer<Assignment> end;
    private final Runnable settled;
    private @Nullable Assignment sandbox;

    /**
     * A contender.
     *
     * @param get what is measured; its answer is checked afterwards, against the kernel
     * @param end what is measured as DEL
     * @param settled waits until nothing runs in the background
     */
    SandboxContender(EniManager manager, Supplier<Assignment> get, Consumer<Assignment> end, Runnable settled) {
        this.manager = manager;
        this.get = get;
        this.end = end;
        this.settled = settled;
    }

    @Override
    public Timing add() {
        settled.run();
        long began = System.nanoTime();
        Assignment got = get.get();
        Timing timing = Timing.of(System.nanoTime() - began);
        var differences = manager.check(got.endpoint()).differences();
        if (!differences.isEmpty()) {
            throw new IllegalStateException(got.endpoint() + " was answered and is not set up: " + differences);
        }
        sandbox = got;
        return timing;
    }

    @Override
    public Timing del() {
        settled.run();
        Assignment held = requireNonNull(sandbox, "an ADD comes before");
        long began = System.nanoTime();
        end.accept(held);
        return Timing.of(System.nanoTime() - began);
    }
}
