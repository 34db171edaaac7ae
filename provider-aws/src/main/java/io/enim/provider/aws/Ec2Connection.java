// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.aws;

import io.enim.provider.support.CredentialsException;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.Ec2ClientBuilder;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * The SDK's client with everything it needs, and the end of all of it. What the environment could change about retries
 * is pinned, and so are the threads: the SDK's own timer would keep its threads until the last timeout has passed.
 */
final class Ec2Connection implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(2);

    private final AwsCredentialsProvider chain;
    private final SdkHttpClient http;
    private final ScheduledThreadPoolExecutor timeouts;
    private final Ec2Client client;

    /** Takes over the credentials. Asks nothing yet. */
    Ec2Connection(AwsSettings settings, String region, AwsCredentialsProvider chain) {
        this.chain = chain;
        http = new InterruptibleHttp(
                UrlConnectionHttpClient.builder()
                        .connectionTimeout(CONNECT)
                        .socketTimeout(settings.callTimeout().plus(CONNECT))
                        .build(),
                settings.callTimeout());
        timeouts = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "enim-aws-timeouts");
            thread.setDaemon(true);
            return thread;
        });
        timeouts.setRemoveOnCancelPolicy(true);
        // Core repeats, by its own budget and after it has described. A repeat in here would escape that budget; and
        // when the answer to an attach was lost, the answer to its repeat would be a refusal.
        StandardRetryStrategy oneAttempt = AwsRetryStrategy.standardRetryStrategy().toBuilder()
                .maxAttempts(1)
                .build();
        Ec2ClientBuilder builder = Ec2Client.builder()
                .region(Region.of(region))
                .credentialsProvider(this::credentials)
                .httpClient(http)
                .overrideConfiguration(override -> override.retryStrategy(oneAttempt)
                        .scheduledExecutorService(timeouts)
                        .apiCallTimeout(settings.callTimeout().plus(CONNECT)));
        settings.endpoint().ifPresent(builder::endpointOverride);
        client = builder.build();
    }

    /** Tells "no credentials" from "no answer", which the SDK reports with one type. */
    private AwsCredentials credentials() {
        try {
            return chain.resolveCredentials();
        } catch (SdkException | IllegalStateException | IllegalArgumentException e) {
            throw new CredentialsException("the credentials' source gave none: " + e.getMessage(), e);
        }
    }

    Ec2Calls calls() {
        return new Ec2Calls(client);
    }

    /** Ends calls under way, first, so that they see a lost connection and not a client that fell apart. */
    @Override
    public void close() {
        http.close();
        client.close();
        timeouts.shutdownNow();
        if (chain instanceof SdkAutoCloseable closeable) {
            closeable.close();
        }
    }
}
