package io.enim.provider.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniState;
import io.enim.FatalProviderException;
import io.enim.MacAddress;
import io.enim.NoEniAvailableException;
import io.enim.ProviderException.Refusal;
import io.enim.provider.EniProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Providers that break one rule each are caught by that rule and by no other. */
class BadProviderKitTest {
    private static final CountDownLatch LEAK = new CountDownLatch(1);

    /** A thread that ends when the test class does. */
    static void leak(CountDownLatch end) {
        Thread thread = new Thread(
                () -> {
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "leaked");
        thread.setDaemon(true);
        thread.start();
    }

    abstract static class Kit extends EniProviderKit {
        @Override
        protected Duration timeout() {
            // Some bad ones are seen only when it is over; the others must not reach it on a busy machine.
            return Duration.ofSeconds(4);
        }

        @Override
        protected int enis() {
            return PlainProvider.ENIS;
        }
    }

    static class ForgetsHeldInList extends Kit {
        @Override
        protected EniProvider newProvider(Map<Endpoint, String> held) {
            return new PlainProvider(held) {
                @Override
                public List<Eni> list() {
                    return super.list().stream()
                            .filter(eni -> eni.holder().isEmpty())
                            .toList();
                }
            };
        }
    }

    static class NamesOneTwice extends Kit {
        @Override
        protected EniProvider newProvider(Map<Endpoint, String> held) {
            return new PlainProvider(held) {
                @Override
                public List<Eni> list() {
                    List<Eni> list = new ArrayList<>(super.list());
                    list.add(list.get(0));
                    return list;
                }
            };
        }
    }

    static class AnotherMac extends Kit {
        @Override
        protected EniProvider newProvider(Map<Endpoint, String> held) {
            AtomicBoolean answered = new AtomicBoolean();
            return new PlainProvider(held) {
                @Override
                public synchronized List<Eni> list() {
                    // Before the first answer the list knows no MACs yet and makes them up.
                    return answered.get()
                            ? super.list()
                            : super.list().stream().map(eni -> guessed(eni)).toList();
                }

                @Override
                public synchronized Eni allocateNextEni(Endpoint endpoint) {
                    answered.set(true);
                    return super.allocateNextEni(endpoint);
                }
            };
        }

        private static Eni guessed(Eni eni) {
            MacAddress mac = new MacAddress(eni.mac().bits() + 0x100);
            return new Eni(
                    eni.id(),
                    mac,
                    eni.ipv4(),
                    eni.ipv6(),
                    eni.subnetId(),
                    eni.number(),
                    eni.state(),
                    eni.holder(),
                    eni.reason());
        }
    }

    static class AnotherWhenAskedAgain extends Kit {
        @Override
        protected EniProvider newProvider(Map<Endpoint, String> held) {
            return new PlainProvider(held) {
                @Override
                public synchronized Eni allocateNextEni(Endpoint endpoint) {
                    deallocateLater(endpoint);
                    return super.allocateNextEni(endpoint);
                }

                private void deallocateLater(Endpoint endpoint) {
                    heldBy(endpoint).ifPresent(eni -> {
                        deallocateEni(endpoint);
                        super.allocateNextEni(Endpoint.of("bad", "blocker" + eni.id()));
                    });
                }
            };
        }
    }

    static class ForgetsAtRestart extends Kit {
        @Override
        protected EniProvider newProvider(Map<Endpoint, String> held) {
            return new PlainProvider(Map.of());
        }
    }

    static class DoubleAllocation extends Kit {
        @Override
        protected EniProvider newProvider(Map<Endpoint, String> held) {
            // What a lost race answers, whatever the timing: a thread that never asked before gets what the first got.
            AtomicReference<Thread> first = new AtomicReference<>();
            AtomicReference<Eni> shared = new AtomicReference<>();
            return new PlainProvider(held) {
                @Override
                public synchronized Eni allocateNextEni(Endpoint endpoint) {
                    Eni eni = super.allocateNextEni(endpoint);
                    first.compareAndSet(null, Thread.currentThread());
                    shared.compareAndSet(null, eni);
                    return first.get().equals(Thread.currentThread())
                            ? eni
                            : shared.get().heldBy(endpoint);
                }
            };
        }
    }

    static class BlocksWhenEmpty extends Kit {
        @Override
        protected EniProvider newProvider(Map<Endpoint, String> held) {
            return new PlainProvider(held) {
                @Override
                public Eni allocateNextEni(Endpoint endpoint) {
                    try {
                        return super.allocateNextEni(endpoint);
                    } catch (NoEniAvailableException e) {
                        try {
                            LEAK.await();
                        } catch (InterruptedException interrupted) {
                            Thread.currentThread().interrupt();
                            e.addSuppressed(interrupted);
                        }
                        throw e;
                    }
                }
            };
        }
    }

    static class WrongCounts extends Kit {
        @Override
        protected EniProvider newProvider(Map<Endpoint, String> held) {
            return new PlainProvider(held) {
                @Override
                NoEniAvailableException none(Endpoint endpoint) {
                    return new NoEniAvailableException(
                            endpoint, Map.of(EniState.READY, 1, EniState.IN_USE, ENIS - 1), Duration.ZERO);
                }
            };
        }
    }

    static class KeepsWhatIsGivenBack extends Kit {
        @Override
        protected EniProvider newProvider(Map<Endpoint, String> held) {
            return new PlainProvider(held) {
                @Override
                public void deallocateEni(Endpoint endpoint) {
                    list();
                }
            };
        }
    }

    static class SecondReleaseFails extends Kit {
        @Override
        protected EniProvider newProvider(Map<Endpoint, String> held) {
            Set<Endpoint> released = new HashSet<>();
            return new PlainProvider(held) {
                @Override
                public synchronized void deallocateEni(Endpoint endpoint) {
                    super.deallocateEni(endpoint);
                    if (!released.add(endpoint)) {
                        throw new FatalProviderException(Refusal.NOT_FOUND, "", endpoint + " holds nothing");
                    }
                }
            };
        }
    }

    static class FreesAnotherContainersEni extends Kit {
        @Override
        protected EniProvider newProvider(Map<Endpoint, String> held) {
            return new PlainProvider(held) {
                @Override
                public synchronized void deallocateEni(Endpoint endpoint) {
                    list().stream()
                            .flatMap(eni -> eni.holder().stream())
                            .filter(holder -> holder.isNamed(endpoint.namespace(), endpoint.name()))
                            .forEach(super::deallocateEni);
                }
            };
        }
    }

    static class CallsWhatItHoldsLost extends Kit {
        @Override
        protected EniProvider newProvider(Map<Endpoint, String> held) {
            return new PlainProvider(held) {
                @Override
                public Optional<String> lossEvidence(Endpoint endpoint) {
                    return heldBy(endpoint).map(eni -> "the cloud was slow to show " + eni.id());
                }
            };
        }
    }

    static class LostInterrupt extends Kit {
        @Override
        protected EniProvider newProvider(Map<Endpoint, String> held) {
            AtomicInteger interrupts = new AtomicInteger();
            return new PlainProvider(held) {
                @Override
                public Eni allocateNextEni(Endpoint endpoint) {
                    if (Thread.interrupted()) {
                        interrupts.incrementAndGet();
                    }
                    return super.allocateNextEni(endpoint);
                }
            };
        }
    }

    static class WorksAfterClose extends Kit {
        @Override
        protected EniProvider newProvider(Map<Endpoint, String> held) {
            AtomicInteger closes = new AtomicInteger();
            return new PlainProvider(held) {
                @Override
                public void close() {
                    closes.incrementAndGet();
                }
            };
        }
    }

    static class SecondCloseFails extends Kit {
        @Override
        protected EniProvider newProvider(Map<Endpoint, String> held) {
            AtomicBoolean closed = new AtomicBoolean();
            return new PlainProvider(held) {
                @Override
                public synchronized void close() {
                    if (closed.getAndSet(true)) {
                        throw new IllegalStateException("closed already");
                    }
                    super.close();
                }
            };
        }
    }

    static class IgnoresInterruptWhileWaiting extends Kit {
        private final ScriptedFaults faults = new ScriptedFaults() {
            @Override
            void interrupted(String method) {
                hang(method);
                Thread.currentThread().interrupt();
            }
        };

        @Override
        protected Optional<FaultInjector> faults() {
            return Optional.of(faults.injector());
        }

        @Override
        protected EniProvider newProvider(Map<Endpoint, String> held) {
            return new PlainProvider(held, faults);
        }
    }

    /** Who gave back long ago holds again after a restart. */
    static class RemembersTooMuch extends Kit {
        private final Map<Endpoint, String> ever = new ConcurrentHashMap<>();

        @Override
        protected EniProvider newProvider(Map<Endpoint, String> held) {
            Map<Endpoint, String> known = new HashMap<>(ever);
            known.putAll(held);
            return new PlainProvider(known) {
                @Override
                public Eni allocateNextEni(Endpoint endpoint) {
                    Eni eni = super.allocateNextEni(endpoint);
                    ever.put(endpoint, eni.id());
                    return eni;
                }
            };
        }
    }

    /** Looks at what is free, and says none when all of that is gone by the time it takes; others came free meanwhile. */
    static class NoneWasSeen extends Kit {
        @Override
        protected EniProvider newProvider(Map<Endpoint, String> held) {
            AtomicInteger turn = new AtomicInteger();
            return new PlainProvider(held) {
                @Override
                public Eni allocateNextEni(Endpoint endpoint) {
                    if (heldBy(endpoint).isPresent()) {
                        return super.allocateNextEni(endpoint);
                    }
                    List<Eni> free = list().stream()
                            .filter(eni -> eni.state() == EniState.READY)
                            .toList();
                    if (turn.incrementAndGet() % 3 == 0) {
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
                    }
                    synchronized (this) {
                        boolean oneIsLeft = free.isEmpty()
                                || free.stream()
                                        .anyMatch(eni -> enis.get(eni.id()).state() == EniState.READY)
                                || heldBy(endpoint).isPresent();
                        if (!oneIsLeft) {
                            throw none(endpoint);
                        }
                        return super.allocateNextEni(endpoint);
                    }
                }
            };
        }
    }

    /** Sees who holds, and frees that ENI later, whoever holds it by then. */
    static class LateRelease extends Kit {
        @Override
        protected EniProvider newProvider(Map<Endpoint, String> held) {
            return new PlainProvider(held) {
                @Override
                public void deallocateEni(Endpoint endpoint) {
                    Optional<Eni> seen = heldBy(endpoint);
                    super.deallocateEni(endpoint);
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                    synchronized (this) {
                        seen.ifPresent(eni -> enis.put(eni.id(), eni.ready()));
                    }
                }
            };
        }
    }

    static class LeakedThread extends Kit {
        @Override
        protected EniProvider newProvider(Map<Endpoint, String> held) {
            leak(LEAK);
            return new PlainProvider(held);
        }
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                Arguments.of(ForgetsHeldInList.class, "prv01"),
                Arguments.of(NamesOneTwice.class, "prv02"),
                Arguments.of(AnotherMac.class, "prv10"),
                Arguments.of(AnotherWhenAskedAgain.class, "prv11"),
                Arguments.of(ForgetsAtRestart.class, "prv11"),
                Arguments.of(DoubleAllocation.class, "prv12"),
                Arguments.of(BlocksWhenEmpty.class, "prv13"),
                Arguments.of(WrongCounts.class, "prv13"),
                Arguments.of(KeepsWhatIsGivenBack.class, "prv20"),
                Arguments.of(SecondReleaseFails.class, "prv21"),
                Arguments.of(FreesAnotherContainersEni.class, "prv22"),
                Arguments.of(CallsWhatItHoldsLost.class, "prv23"),
                Arguments.of(LostInterrupt.class, "prv30"),
                Arguments.of(WorksAfterClose.class, "prv31"),
                Arguments.of(LeakedThread.class, "prv31"),
                Arguments.of(NoneWasSeen.class, "prv14"),
                // Two holders at once are two holders, and no order explains them.
                Arguments.of(LateRelease.class, "prv12,prv14"),
                Arguments.of(RemembersTooMuch.class, "prv20"),
                Arguments.of(IgnoresInterruptWhileWaiting.class, "prv30"),
                Arguments.of(SecondCloseFails.class, "prv31"));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void isCaughtByItsRuleAlone(Class<?> kit, String rule) {
        KitResult kitResult = KitResult.of(kit);

        List<String> rules = List.of(rule.split(","));
        assertThat(kitResult.brokenRules()).as("%s", kitResult.failures()).containsExactlyElementsOf(rules);
        assertThat(kitResult.failures().values())
                .allSatisfy(said -> assertThat(rules).anyMatch(each -> said.contains(each.replace("prv", "PRV-"))));
        assertThat(kitResult.passed()).isNotEmpty();
    }

    @AfterAll
    static void endLeaks() {
        LEAK.countDown();
    }
}
