// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.support;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs requests that end at a deadline, or when their caller is interrupted. A read from a socket heeds neither, so each
 * request runs on a thread of this class while its caller waits; giving up closes the socket, which frees the thread.
 *
 * <p>Threads are made as requests need them and end after {@value #IDLE_SECONDS} idle seconds, or with {@link #close}.
 * Safe for concurrent use.
 */
public final class AbortableCalls implements AutoCloseable {
    private static final long IDLE_SECONDS = 10;
    private static final long CLOSE_SECONDS = 5;

    /** One request, while it is under way. */
    public interface Exchange {
        /** Gives up: closes the connection, so that whatever sends it ends soon. Any thread, any time. */
        void abort();

        /** Whether a byte of the request may have been sent. Asked when sending has failed. */
        boolean mayHaveBeenSent();
    }

    private final int most;
    private final Duration timeout;
    /** Counts requests, not threads: one that has answered is over, though its thread may take a moment to be idle. */
    private final Semaphore room;

    private final Set<Exchange> underWay = ConcurrentHashMap.newKeySet();
    private final ThreadPoolExecutor threads;

    /**
     * Begins without threads.
     *
     * @param name what the threads' names begin with
     * @param most how many requests may be under way; more are refused unsent
     * @param timeout how long one request may take
     */
    public AbortableCalls(String name, int most, Duration timeout) {
        this.most = most;
        this.room = new Semaphore(most);
        this.timeout = timeout;
        AtomicInteger made = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, name + "-" + made.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /**
     * Runs a request. When its caller is interrupted, the flag stays set.
     *
     * @param send sends it, and reads the whole answer; called at most once, on a thread of this class
     * @throws NotSentException nothing was sent, so nothing happened
     * @throws IOException it may have been sent: it failed, was interrupted, or had no answer in time
     */
    public <T> T call(Exchange exchange, Callable<T> send) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new NotSentException("interrupted before it was sent", null);
        }
        if (!room.tryAcquire()) {
            throw new NotSentException(most + " requests are under way already", null);
        }
        Future<T> answer;
        try {
            answer = threads.submit(() -> send(exchange, send));
        } catch (RejectedExecutionException e) {
            room.release();
            throw new NotSentException("the client is closed", e);
        } catch (Error e) {
            room.release();
            throw e;
        }
        try {
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            exchange.abort();
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while waiting for the answer").initCause(e);
        } catch (TimeoutException e) {
            exchange.abort();
            throw new IOException("no answer within " + timeout.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw failure(exchange, e.getCause() == null ? e : e.getCause());
        }
    }

    private <T> T send(Exchange exchange, Callable<T> send) throws Exception {
        underWay.add(exchange);
        try {
            if (threads.isShutdown()) {
                throw new NotSentException("the client was closed", null);
            }
            return send.call();
        } finally {
            underWay.remove(exchange);
            room.release();
        }
    }

    private static IOException failure(Exchange exchange, Throwable thrown) {
        Throwable cause = thrown instanceof UncheckedIOException wrapped ? wrapped.getCause() : thrown;
        if (!exchange.mayHaveBeenSent() && !(cause instanceof NotSentException)) {
            return new NotSentException(String.valueOf(cause), cause);
        }
        return cause instanceof IOException io ? io : new IOException("the request failed: " + cause, cause);
    }

    /** Ends the requests under way, and every thread: waits for them a few seconds. Idempotent. */
    @Override
    public void close() {
        threads.shutdown();
        underWay.forEach(Exchange::abort);
        try {
            threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
