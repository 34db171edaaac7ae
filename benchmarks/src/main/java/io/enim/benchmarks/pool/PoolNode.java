// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.pool;

import io.enim.AddRequest;
import io.enim.AddRequest.WhenEmpty;
import io.enim.ClosedException;
import io.enim.Endpoint;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.benchmarks.device.WarmManagers;
import io.enim.benchmarks.gc.SteadyProviderFactory;
import io.enim.core.Enim;
import io.enim.provider.EniProvider;
import io.enim.provider.EniProviderFactory;
import io.enim.provider.ProviderContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A node whose endpoints have no sandbox: a whole manager, its records on tmpfs, over a cloud and devices that cost the same
 * however many there are. With waiters, every ENI is held, and so many ADDs wait for one.
 */
final class PoolNode implements AutoCloseable {
    private static final Endpoint FIRST = Endpoint.of("bench", "first", "first");

    private final int enis;
    private final int waiters;
    private final EniManager manager;
    private final AtomicInteger names = new AtomicInteger();
    private final BlockingQueue<Endpoint> holders = new LinkedBlockingQueue<>();
    private final EniProvider pool;
    private int unchecked;

    PoolNode(Path directory, int enis, int waiters) {
        this.enis = enis;
        this.waiters = waiters;
        CompletableFuture<EniProvider> made = new CompletableFuture<>();
        manager = Enim.builder(SteadyProviderFactory.settings(directory, enis)
                        .set(EniSetting.CLOUD_TIMEOUT, Duration.ofMinutes(5))
                        .set(EniSetting.DEVICE_TIMEOUT, Duration.ofMinutes(10))
                        .set(EniSetting.GC_INTERVAL, Duration.ofHours(1))
                        .build())
                .devices(new SteadyDevices(enis, this::checked))
                .provider(keeping(made))
                .build();
        pool = made.join();
        WarmManagers.awaitReady(manager, enis);
        beginUnchecked();
        if (waiters > 0) {
            for (int i = 0; i < enis; i++) {
                add(WhenEmpty.FAIL);
            }
            for (int i = 0; i < waiters; i++) {
                Thread waiter = new Thread(this::waitAgainAndAgain, "waiter-" + i);
                waiter.setDaemon(true);
                waiter.start();
            }
        }
    }

    private static EniProviderFactory keeping(CompletableFuture<EniProvider> made) {
        EniProviderFactory steady = new SteadyProviderFactory();
        return new EniProviderFactory() {
            @Override
            public String name() {
                return steady.name();
            }

            @Override
            public EniProvider create(ProviderContext context) {
                made.complete(steady.create(context));
                return made.join();
            }
        };
    }

    /** An endpoint gets an ENI and gives it back; ends when the pool's rounds have led to the check of its device. */
    void recycle() throws InterruptedException {
        pool.allocateNextEni(FIRST);
        synchronized (this) {
            unchecked++;
        }
        pool.deallocateEni(FIRST);
        synchronized (this) {
            while (unchecked > 0) {
                wait();
            }
        }
    }

    private synchronized void beginUnchecked() {
        unchecked = 0;
    }

    private synchronized void checked() {
        unchecked--;
        notifyAll();
    }

    /** An ENI that was given back is checked before it is offered again: a small pool would run dry. */
    private synchronized void awaitWarm() throws InterruptedException {
        while (unchecked > enis / 2) {
            wait();
        }
        unchecked++;
    }

    String name() {
        return enis + " ENIs, " + waiters + " waiters";
    }

    int enis() {
        return enis;
    }

    int waiters() {
        return waiters;
    }

    private void add(WhenEmpty whenEmpty) {
        int number = names.incrementAndGet();
        Endpoint endpoint = Endpoint.of("bench", "pod-" + number, "container-" + number);
        manager.add(AddRequest.forEndpoint(endpoint)
                .whenEmpty(whenEmpty)
                .timeout(Duration.ofHours(1))
                .build());
        holders.add(endpoint);
    }

    private void waitAgainAndAgain() {
        try {
            while (true) {
                add(WhenEmpty.WAIT);
            }
        } catch (ClosedException e) {
            // The measurement is over.
        }
    }

    /** So many ADDs and as many DELs: one after another, or each DEL serving an ADD that waits. */
    void run(int pairs) throws InterruptedException {
        for (int i = 0; i < pairs; i++) {
            if (waiters == 0) {
                awaitWarm();
                add(WhenEmpty.WAIT);
            }
            manager.del(holders.take());
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
