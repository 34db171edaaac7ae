package io.enim.provider.aws;

import io.enim.provider.EniCloud;
import io.enim.provider.Mark;
import java.time.Clock;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.ec2.Ec2Client;

/** Puts an adapter together from its settings. */
final class AwsClouds {
    private AwsClouds() {}

    /** With the SDK's default chain of credentials. May block on the network. */
    static EniCloud open(Map<String, String> settings, Mark mark, Clock clock) {
        return open(
                AwsSettings.parse(settings),
                DefaultCredentialsProvider.builder().build(),
                mark,
                clock);
    }

    /** Takes over the credentials. */
    static EniCloud open(AwsSettings settings, AwsCredentialsProvider credentials, Mark mark, Clock clock) {
        AwsNode node = AwsNode.resolve(settings);
        CheckedCredentials checked = new CheckedCredentials(credentials);
        SdkHttpClient http = Ec2Clients.http(settings);
        Ec2Client client = Ec2Clients.client(settings, node.region(), checked, http);
        return new AwsCloud(settings, node.identity(), mark, clock, new Ec2Calls(client), () -> {
            http.close();
            client.close();
            checked.close();
        });
    }
}
