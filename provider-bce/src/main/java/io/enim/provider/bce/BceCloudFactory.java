package io.enim.provider.bce;

import com.baidubce.http.DefaultRetryPolicy;
import com.baidubce.services.eni.EniClient;
import com.baidubce.services.eni.EniClientConfiguration;
import io.enim.provider.EniCloud;
import io.enim.provider.OwnerTag;
import io.enim.provider.ProviderSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Puts an adapter together from its settings. */
final class BceCloudFactory {
    private static final Duration MARGIN = Duration.ofSeconds(1);

    private BceCloudFactory() {}

    /** May block on the metadata service; the cloud itself is asked later. */
    static EniCloud open(ProviderSettings texts, Map<String, String> environment, OwnerTag ownerTag, Clock clock) {
        BceSettings settings = BceSettings.read(texts, environment);
        Optional<MetadataClient> metadata = settings.metadata().map(MetadataClient::new);
        BceNode node = BceNode.resolve(settings, metadata);

        EniClientConfiguration configuration = new EniClientConfiguration();
        configuration.setEndpoint(node.endpoint().toString());
        // Core decides about repeats; and the SDK's own would repeat what it believes safe for minutes.
        configuration.setRetryPolicy(new DefaultRetryPolicy(0, 0));
        // Our own deadline comes first and closes the socket; these are a net under it.
        int millis = (int) settings.callTimeout().plus(MARGIN).toMillis();
        configuration.setConnectionTimeoutInMillis(millis);
        configuration.setSocketTimeoutInMillis(millis);
        configuration.setRedirectsEnabled(false);

        BceHttp http = new BceHttp(configuration, settings.keys(), settings.callTimeout());
        EniClient client = new EniClient(configuration);
        // Its own HTTP client is exchanged for ours, and must let go of its connections.
        client.shutdown();
        client.setClient(http);
        BceCalls calls = new BceCalls(client, http, node.endpoint());
        return new BceCloud(settings, node, ownerTag, clock, calls, metadata, http::end);
    }
}
