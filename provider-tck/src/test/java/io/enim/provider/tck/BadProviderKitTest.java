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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
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
        protected Duration patience() {
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

    static class FreesAnotherLife extends Kit {
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
                Arguments.of(FreesAnotherLife.class, "prv22"),
                Arguments.of(LostInterrupt.class, "prv30"),
                Arguments.of(WorksAfterClose.class, "prv31"),
                Arguments.of(LeakedThread.class, "prv31"));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void isCaughtByItsRuleAlone(Class<?> kit, String rule) {
        Verdict verdict = Verdict.of(kit);

        assertThat(verdict.brokenRules()).as("%s", verdict.failures()).containsExactly(rule);
        assertThat(verdict.failures().values())
                .allSatisfy(said -> assertThat(said).contains(rule.replace("prv", "PRV-")));
        assertThat(verdict.passed()).isNotEmpty();
    }

    @AfterAll
    static void endLeaks() {
        LEAK.countDown();
    }
}
