// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.bce;

import com.baidubce.BceClientConfiguration;
import com.baidubce.BceClientException;
import com.baidubce.auth.BceV1Signer;
import com.baidubce.auth.DefaultBceCredentials;
import com.baidubce.http.BceHttpClient;
import com.baidubce.http.DefaultRetryPolicy;
import com.baidubce.http.handler.HttpResponseHandler;
import com.baidubce.internal.InternalRequest;
import com.baidubce.model.AbstractBceResponse;
import com.baidubce.services.eni.EniClient;
import com.baidubce.services.eni.EniClientConfiguration;
import com.fasterxml.jackson.databind.JsonNode;
import io.enim.provider.bce.AccessKeySource.AccessKeys;
import io.enim.provider.support.AbortableCalls;
import io.enim.provider.support.NotSentException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.http.client.methods.HttpRequestBase;

/**
 * The SDK's HTTP client with what it lacks: a call has a deadline of its own and ends when its caller is interrupted,
 * see {@link AbortableCalls}. The SDK clears the interrupt flag of the thread it runs on; here that is never the
 * caller's.
 */
final class BceHttp extends BceHttpClient {
    private static final int MAX_REQUESTS = 16;
    private static final Duration MARGIN = Duration.ofSeconds(1);

    private final AccessKeySource keys;
    private final Map<InternalRequest, BceHttpExchange> underWay = new ConcurrentHashMap<>();
    private final AbortableCalls calls;

    BceHttp(URI endpoint, AccessKeySource keys, Duration timeout) {
        super(configuration(endpoint, (int) timeout.plus(MARGIN).toMillis()), new BceV1Signer());
        this.keys = keys;
        this.calls = new AbortableCalls("enim-bce-http", MAX_REQUESTS, timeout);
        SdkReaperShutdown.retain();
    }

    /** Our own deadline comes first and closes the socket; the SDK's are a net under it. */
    private static BceClientConfiguration configuration(URI endpoint, int millis) {
        EniClientConfiguration configuration = new EniClientConfiguration();
        configuration.setEndpoint(endpoint.toString());
        // Core decides about repeats; and the SDK's own would repeat what it believes safe for minutes.
        configuration.setRetryPolicy(new DefaultRetryPolicy(0, 0));
        configuration.setConnectionTimeoutInMillis(millis);
        configuration.setSocketTimeoutInMillis(millis);
        configuration.setRedirectsEnabled(false);
        return configuration;
    }

    /** The SDK's client over this one: its own HTTP client is exchanged, and must let go of its connections. */
    EniClient client() {
        EniClient client = new EniClient(config);
        client.shutdown();
        client.setClient(this);
        return client;
    }

    /** What the SDK's clients call. Their handlers are not used; see {@link BceHttpExchange}. */
    @Override
    public <T extends AbstractBceResponse> T execute(
            InternalRequest request, Class<T> type, HttpResponseHandler[] ignored) {
        AccessKeys current = keys.current();
        return run(request, type, current, new BceHttpExchange(current.sessionToken()));
    }

    /** Sends a request and answers the JSON as it came. */
    JsonNode read(InternalRequest request) {
        AccessKeys current = keys.current();
        BceHttpExchange exchange = new BceHttpExchange(current.sessionToken());
        run(request, AbstractBceResponse.class, current, exchange);
        return exchange.body();
    }

    private <T extends AbstractBceResponse> T run(
            InternalRequest request, Class<T> type, AccessKeys current, BceHttpExchange exchange) {
        request.setCredentials(new DefaultBceCredentials(current.accessKeyId(), current.secretAccessKey()));
        underWay.put(request, exchange);
        try {
            return calls.call(exchange, () -> super.execute(request, type, new HttpResponseHandler[] {exchange}));
        } catch (IOException e) {
            throw !(e instanceof NotSentException) && e.getCause() instanceof BceClientException failed
                    ? failed
                    : new BceClientException(String.valueOf(e.getMessage()), e);
        } finally {
            underWay.remove(request);
        }
    }

    @Override
    protected HttpRequestBase createHttpRequest(InternalRequest request) {
        HttpRequestBase httpRequest = super.createHttpRequest(request);
        BceHttpExchange exchange = underWay.get(request);
        if (exchange == null) {
            throw new BceClientException("not sent: its caller has given up");
        }
        exchange.onSend(httpRequest);
        return httpRequest;
    }

    /** Ends the requests under way, the connections, and every thread, the SDK's too. Called once. */
    void end() {
        calls.close();
        shutdown();
        SdkReaperShutdown.release();
    }
}
