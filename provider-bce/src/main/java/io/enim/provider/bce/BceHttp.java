package io.enim.provider.bce;

import com.baidubce.BceClientConfiguration;
import com.baidubce.BceClientException;
import com.baidubce.auth.BceV1Signer;
import com.baidubce.auth.DefaultBceCredentials;
import com.baidubce.http.BceHttpClient;
import com.baidubce.http.handler.HttpResponseHandler;
import com.baidubce.internal.InternalRequest;
import com.baidubce.model.AbstractBceResponse;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.http.client.methods.HttpRequestBase;

/**
 * The SDK's HTTP client with what it lacks: a call has a deadline of its own and ends when its caller is interrupted.
 *
 * <p>A read from a socket heeds neither, so each request runs on a thread of this class and its caller waits; giving up
 * closes the socket, which frees the thread. The SDK clears the interrupt flag of the thread it runs on; here that is
 * never the caller's. At most {@value #MOST} requests run at once, more are refused unsent.
 */
final class BceHttp extends BceHttpClient {
    private static final int MOST = 16;
    private static final long IDLE_SECONDS = 10;
    private static final long END_SECONDS = 5;
    private static final AtomicInteger THREADS = new AtomicInteger();

    private final AccessKeySource keys;
    private final Duration timeout;
    private final Map<InternalRequest, BceHttpExchange> underWay = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor threads =
            new ThreadPoolExecutor(0, MOST, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                Thread thread = new Thread(task, "enim-bce-http-" + THREADS.incrementAndGet());
                thread.setDaemon(true);
                return thread;
            });

    BceHttp(BceClientConfiguration configuration, AccessKeySource keys, Duration timeout) {
        super(configuration, new BceV1Signer());
        this.keys = keys;
        this.timeout = timeout;
        SdkReaperShutdown.retain();
    }

    /** The SDK's door: its clients call this. Its handlers are not used; see {@link BceHttpExchange}. */
    @Override
    public <T extends AbstractBceResponse> T execute(
            InternalRequest request, Class<T> type, HttpResponseHandler[] ignored) {
        AccessKeys current = keys.current();
        return run(request, type, current, new BceHttpExchange(current.sessionToken()));
    }

    /** Sends a request and answers the JSON as it came. */
    JsonNode read(InternalRequest request) {
        AccessKeys current = keys.current();
        BceHttpExchange bceHttpExchange = new BceHttpExchange(current.sessionToken());
        run(request, AbstractBceResponse.class, current, bceHttpExchange);
        return bceHttpExchange.body();
    }

    private <T extends AbstractBceResponse> T run(
            InternalRequest request, Class<T> type, AccessKeys current, BceHttpExchange bceHttpExchange) {
        if (Thread.currentThread().isInterrupted()) {
            throw new NotSentException("interrupted before it was sent", null);
        }
        request.setCredentials(new DefaultBceCredentials(current.accessKeyId(), current.secretAccessKey()));
        underWay.put(request, bceHttpExchange);
        Future<T> answer;
        try {
            answer = threads.submit(() -> send(request, type, bceHttpExchange));
        } catch (RejectedExecutionException e) {
            underWay.remove(request);
            throw new NotSentException(
                    threads.isShutdown() ? "the client is closed" : MOST + " requests are under way already", e);
        }
        try {
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            bceHttpExchange.abort();
            Thread.currentThread().interrupt();
            throw new BceClientException("interrupted while waiting for the answer", e);
        } catch (TimeoutException e) {
            bceHttpExchange.abort();
            throw new BceClientException("no answer within " + timeout.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof BceClientException failed
                    ? failed
                    : new BceClientException("the request failed: " + e.getCause(), e);
        }
    }

    private <T extends AbstractBceResponse> T send(
            InternalRequest request, Class<T> type, BceHttpExchange bceHttpExchange) {
        try {
            return super.execute(request, type, new HttpResponseHandler[] {bceHttpExchange});
        } finally {
            underWay.remove(request);
        }
    }

    @Override
    protected HttpRequestBase createHttpRequest(InternalRequest request) {
        HttpRequestBase made = super.createHttpRequest(request);
        BceHttpExchange bceHttpExchange = underWay.get(request);
        if (bceHttpExchange == null) {
            throw new NotSentException("nobody waits for it any more", null);
        }
        bceHttpExchange.onSend(made);
        return made;
    }

    /** Ends the requests under way, the connections, and every thread, the SDK's too. Idempotent. */
    void end() {
        boolean first = !threads.isShutdown();
        threads.shutdown();
        underWay.values().forEach(BceHttpExchange::abort);
        if (!first) {
            return;
        }
        shutdown();
        try {
            threads.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            SdkReaperShutdown.release();
        }
    }
}
