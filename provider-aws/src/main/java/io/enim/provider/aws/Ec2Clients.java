package io.enim.provider.aws;

import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.Ec2ClientBuilder;

/** Makes the SDK's client. Everything that the environment could change about retries is pinned. */
final class Ec2Clients {
    private static final Duration CONNECT = Duration.ofSeconds(2);

    private Ec2Clients() {}

    static SdkHttpClient http(AwsSettings settings) {
        return new InterruptibleHttp(UrlConnectionHttpClient.builder()
                .connectionTimeout(CONNECT)
                .socketTimeout(settings.callTimeout())
                .build());
    }

    /** The caller closes client and http, in this order: a client does not own an http client that it was given. */
    static Ec2Client client(
            AwsSettings settings, String region, AwsCredentialsProvider credentials, SdkHttpClient http) {
        Ec2ClientBuilder builder = Ec2Client.builder()
                .region(Region.of(region))
                .credentialsProvider(credentials)
                .httpClient(http)
                .overrideConfiguration(override -> override.retryStrategy(once())
                        .apiCallAttemptTimeout(settings.callTimeout())
                        .apiCallTimeout(settings.callTimeout().plus(CONNECT)));
        settings.endpoint().ifPresent(builder::endpointOverride);
        return builder.build();
    }

    /**
     * STANDARD with one attempt. Core repeats, by its own budget and after it has looked: a repeat in here would be
     * unseen by that budget, and the second answer to an attach whose first answer was lost would be a refusal.
     */
    private static StandardRetryStrategy once() {
        return AwsRetryStrategy.standardRetryStrategy().toBuilder()
                .maxAttempts(1)
                .build();
    }
}
