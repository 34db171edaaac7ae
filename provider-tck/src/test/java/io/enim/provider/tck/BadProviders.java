package io.enim.provider.tck;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniState;
import io.enim.FatalProviderException;
import io.enim.MacAddress;
import io.enim.NoEniAvailableException;
import io.enim.ProviderException.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Providers that are plain but for one thing, which breaks one rule: by name, in a table. */
final class BadProviders {
    interface Factory {
        PlainProvider create(Map<Endpoint, String> held, ScriptedFaults faults);
    }

    /**
     * One of them.
     *
     * @param rules the tests that fail
     * @param faults what goes wrong with its calls; empty when the kit cannot make calls fail
     * @param factories makes, for each test, what makes the provider before and after a restart
     */
    record BadProvider(List<String> rules, Optional<Supplier<ScriptedFaults>> faults, Supplier<Factory> factories) {}

    static final Map<String, BadProvider> ALL = new BadProviders().byName;

    private final Map<String, BadProvider> byName = new TreeMap<>();

    private BadProviders() {
        list();
        allocate();
        race();
        release();
        end();
    }

    private void add(String rule, String name, Factory factory) {
        byName.put(name, new BadProvider(List.of(rule.split(",")), Optional.empty(), () -> factory));
    }

    private void list() {
        add("prv01", "forgets held ENIs in the list", (held, faults) -> new PlainProvider(held, faults) {
            @Override
            public List<Eni> list() {
                return super.list().stream()
                        .filter(eni -> eni.holder().isEmpty())
                        .toList();
            }
        });
        add("prv02", "names one twice", (held, faults) -> new PlainProvider(held, faults) {
            @Override
            public List<Eni> list() {
                List<Eni> list = new ArrayList<>(super.list());
                list.add(list.get(0));
                return list;
            }
        });
        add("prv10", "another MAC", (held, faults) -> new PlainProvider(held, faults) {
            private boolean answered;

            @Override
            public synchronized List<Eni> list() {
                // Before the first answer the list knows no MACs yet and makes them up.
                return answered
                        ? super.list()
                        : super.list().stream().map(eni -> guessed(eni)).toList();
            }

            @Override
            public synchronized Eni allocateNextEni(Endpoint endpoint) {
                answered = true;
                return super.allocateNextEni(endpoint);
            }
        });
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

    private void allocate() {
        add("prv11", "another ENI when asked again", (held, faults) -> new PlainProvider(held, faults) {
            @Override
            public synchronized Eni allocateNextEni(Endpoint endpoint) {
                heldBy(endpoint).ifPresent(eni -> {
                    deallocateEni(endpoint);
                    super.allocateNextEni(Endpoint.of("bad", "blocker" + eni.id()));
                });
                return super.allocateNextEni(endpoint);
            }
        });
        add("prv11", "forgets holders at a restart", (held, faults) -> new PlainProvider(Map.of(), faults));
        // What a lost race answers, whatever the timing: a thread that never asked before gets what the first got.
        add("prv12", "double allocation", (held, faults) -> new PlainProvider(held, faults) {
            private Optional<Thread> first = Optional.empty();
            private Optional<Eni> shared = Optional.empty();

            @Override
            public synchronized Eni allocateNextEni(Endpoint endpoint) {
                Eni eni = super.allocateNextEni(endpoint);
                first = first.or(() -> Optional.of(Thread.currentThread()));
                shared = shared.or(() -> Optional.of(eni));
                return first.get().equals(Thread.currentThread())
                        ? eni
                        : shared.get().heldBy(endpoint);
            }
        });
        add("prv13", "blocks when none is free", (held, faults) -> new PlainProvider(held, faults) {
            @Override
            NoEniAvailableException none(Endpoint endpoint) {
                faults.outlastsTheLimit();
                LeakedThreads.block();
                return super.none(endpoint);
            }
        });
        add("prv13", "wrong counts", (held, faults) -> new PlainProvider(held, faults) {
            @Override
            NoEniAvailableException none(Endpoint endpoint) {
                return new NoEniAvailableException(
                        endpoint, Map.of(EniState.READY, 1, EniState.IN_USE, ENIS - 1), Duration.ZERO);
            }
        });
    }

    private void race() {
        // Sees what is free, and says none when all of that is taken by then; others came free meanwhile.
        add("prv14", "none of those it saw", (held, faults) -> new PlainProvider(held, faults) {
            private final AtomicInteger turn = new AtomicInteger();

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
                            || free.stream().anyMatch(eni -> enis.get(eni.id()).state() == EniState.READY)
                            || heldBy(endpoint).isPresent();
                    if (!oneIsLeft) {
                        throw none(endpoint);
                    }
                    return super.allocateNextEni(endpoint);
                }
            }
        });
        // Sees the holder, and frees that ENI later, also when it has another by then: two holders, and no order
        // explains them.
        add("prv12,prv14", "late release", (held, faults) -> new PlainProvider(held, faults) {
            @Override
            public void deallocateEni(Endpoint endpoint) {
                Optional<Eni> seen = heldBy(endpoint);
                super.deallocateEni(endpoint);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                synchronized (this) {
                    seen.ifPresent(eni -> enis.put(eni.id(), eni.ready()));
                }
            }
        });
    }

    private void release() {
        add("prv20", "keeps what is given back", (held, faults) -> new PlainProvider(held, faults) {
            @Override
            public void deallocateEni(Endpoint endpoint) {
                list();
            }
        });
        byName.put("remembers earlier holders", new BadProvider(List.of("prv20"), Optional.empty(), () -> {
            Map<Endpoint, String> ever = new ConcurrentHashMap<>();
            return (held, faults) -> {
                Map<Endpoint, String> known = new HashMap<>(ever);
                known.putAll(held);
                return new PlainProvider(known, faults) {
                    @Override
                    public Eni allocateNextEni(Endpoint endpoint) {
                        Eni eni = super.allocateNextEni(endpoint);
                        ever.put(endpoint, eni.id());
                        return eni;
                    }
                };
            };
        }));
        add("prv21", "second release fails", (held, faults) -> new PlainProvider(held, faults) {
            private final Set<Endpoint> released = new HashSet<>();

            @Override
            public synchronized void deallocateEni(Endpoint endpoint) {
                super.deallocateEni(endpoint);
                if (!released.add(endpoint)) {
                    throw new FatalProviderException(Refusal.NOT_FOUND, "", endpoint + " holds nothing");
                }
            }
        });
        add("prv22", "frees another container's ENI", (held, faults) -> new PlainProvider(held, faults) {
            @Override
            public synchronized void deallocateEni(Endpoint endpoint) {
                list().stream()
                        .flatMap(eni -> eni.holder().stream())
                        .filter(holder -> holder.isNamed(endpoint.namespace(), endpoint.name()))
                        .forEach(super::deallocateEni);
            }
        });
        add("prv23", "calls what it holds lost", (held, faults) -> new PlainProvider(held, faults) {
            @Override
            public Optional<String> lossEvidence(Endpoint endpoint) {
                return heldBy(endpoint).map(eni -> "the cloud was slow to show " + eni.id());
            }
        });
    }

    private void end() {
        add("prv30", "lost interrupt", (held, faults) -> new PlainProvider(held, faults) {
            @Override
            public Eni allocateNextEni(Endpoint endpoint) {
                Thread.interrupted();
                return super.allocateNextEni(endpoint);
            }
        });
        byName.put(
                "ignores interrupts",
                new BadProvider(
                        List.of("prv30"),
                        Optional.of(() -> ScriptedFaults.ignoringInterruptsIn("allocateNextEni")),
                        () -> PlainProvider::new));
        add("prv31", "works after close", (held, faults) -> new PlainProvider(held, faults) {
            @Override
            public void close() {
                // Never closed.
            }
        });
        add("prv31", "second close fails", (held, faults) -> new PlainProvider(held, faults) {
            private boolean closed;

            @Override
            public synchronized void close() {
                if (closed) {
                    throw new IllegalStateException("closed already");
                }
                closed = true;
                super.close();
            }
        });
        add("prv31", "leaks a thread", (held, faults) -> {
            LeakedThreads.start();
            return new PlainProvider(held, faults);
        });
    }
}
