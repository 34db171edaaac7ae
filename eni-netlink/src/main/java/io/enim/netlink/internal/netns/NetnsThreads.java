// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.netns;

import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.sys.QuietCloseable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The threads that enter other network namespaces: platform threads that do nothing else, since {@code setns} moves one
 * thread, and on a virtual thread would move whatever its carrier ran next. Safe for concurrent use.
 *
 * <p>Inside another namespace a thread makes system calls and nothing else. It does not log, submit tasks or start a
 * process or thread: a thread started there would stay there until it ends and keep the namespace, and so its devices,
 * from being given back. A thread that cannot return ends; a caller starts its successor, from outside.
 */
public final class NetnsThreads implements AutoCloseable {
    private static final int SIZE = 2;
    /** How often a waiting caller checks whether a thread ended and needs a successor. */
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final NetnsHandle hostNamespace;
    private final Runnable returnToHost;
    private final LinkedBlockingQueue<Visit<?>> visits = new LinkedBlockingQueue<>();
    private final AtomicInteger live = new AtomicInteger();
    private final AtomicInteger started = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();

    public NetnsThreads(NetnsHandle hostNamespace) {
        this(hostNamespace, hostNamespace::enter);
    }

    /** With another way back to the host, which a test can block. */
    NetnsThreads(NetnsHandle hostNamespace, Runnable returnToHost) {
        this.hostNamespace = hostNamespace;
        this.returnToHost = returnToHost;
    }

    /** One visit: the work inside, the caller's future, and how to discard a result whose caller has given up. */
    private record Visit<T>(NetnsHandle target, Supplier<T> work, CompletableFuture<T> outcome, Consumer<T> discard) {
        /** False when the thread could not return. The outcome is completed only after the return. */
        boolean run(Runnable returnToHost) {
            T result = null;
            Throwable failure = null;
            boolean back = true;
            try {
                target.enter();
                back = false;
                result = work.get();
            } catch (RuntimeException | Error e) {
                failure = e;
            }
            try {
                if (!back) {
                    returnToHost.run();
                    back = true;
                }
            } catch (NetlinkException e) {
                // The thread ends inside.
            }
            if (failure != null) {
                outcome.completeExceptionally(failure);
            } else if (result != null && !outcome.complete(result)) {
                discard.accept(result);
            }
            return back;
        }
    }

    /** Makes system calls in the namespace. */
    public <T> T callInside(NetnsHandle target, Supplier<T> systemCalls, Deadline deadline) {
        return visit(new Visit<>(target, systemCalls, new CompletableFuture<>(), discarded -> {}), deadline);
    }

    /** Opens a resource in the namespace; it is closed again when the caller's deadline passed before. */
    public <T extends QuietCloseable> T openInside(NetnsHandle target, Supplier<T> opener, Deadline deadline) {
        return visit(new Visit<>(target, opener, new CompletableFuture<>(), QuietCloseable::close), deadline);
    }

    private <T> T visit(Visit<T> visit, Deadline deadline) {
        visits.add(visit);
        CompletableFuture<T> outcome = visit.outcome();
        String path = visit.target().path().toString();
        while (true) {
            if (closed.get()) {
                outcome.completeExceptionally(failure(path, Errno.EBADF, "the device layer is closed", null));
            }
            startMissingThreads();
            try {
                return outcome.get(Math.min(POLL_NANOS, deadline.remainingNanos()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                if (deadline.isPast()) {
                    // The first completion wins; a result that comes later is discarded.
                    outcome.completeExceptionally(
                            failure(path, Errno.ETIMEDOUT, "no thread was free to enter it; retry later", e));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                NetlinkException interrupted = failure(path, Errno.EINTR, "the calling thread was interrupted", e);
                outcome.completeExceptionally(interrupted);
                throw interrupted;
            } catch (ExecutionException e) {
                throw e.getCause() instanceof NetlinkException cause
                        ? new NetlinkException(cause.operation(), path, cause.errno(), cause.kernelText(), cause)
                        : new IllegalStateException("in " + path, e.getCause());
            }
        }
    }

    private static NetlinkException failure(String path, Errno errno, String text, @Nullable Throwable cause) {
        return new NetlinkException("enter", path, errno.number(), text, cause);
    }

    private void startMissingThreads() {
        int running = live.get();
        while (running < SIZE && !closed.get()) {
            if (live.compareAndSet(running, running + 1)) {
                Thread thread = new Thread(this::serve, "enim-netns-" + started.incrementAndGet());
                thread.setDaemon(true);
                thread.start();
            }
            running = live.get();
        }
    }

    private void serve() {
        try {
            // The thread that started this one may itself have been in another namespace.
            hostNamespace.enter();
            boolean onHost = true;
            while (onHost && !closed.get()) {
                Visit<?> visit = visits.take();
                onHost = visit.outcome().isDone() || visit.run(returnToHost);
            }
        } catch (NetlinkException e) {
            Visit<?> visit = visits.poll();
            if (visit != null) {
                visit.outcome().completeExceptionally(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            live.decrementAndGet();
        }
    }

    /** Ends the threads after their current visit. Idempotent. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            for (int i = 0; i < SIZE; i++) {
                // Wakes a waiting thread, which skips this visit as done and then sees that this is closed.
                visits.add(new Visit<>(
                        hostNamespace, () -> true, CompletableFuture.completedFuture(true), discarded -> {}));
            }
        }
    }
}
