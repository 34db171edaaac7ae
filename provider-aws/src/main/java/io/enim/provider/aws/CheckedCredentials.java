package io.enim.provider.aws;

import io.enim.provider.support.CredentialsException;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** Tells "no credentials" from "no answer", which the SDK reports with one type. */
final class CheckedCredentials implements AwsCredentialsProvider, AutoCloseable {
    private final AwsCredentialsProvider chain;

    CheckedCredentials(AwsCredentialsProvider chain) {
        this.chain = chain;
    }

    @Override
    public AwsCredentials resolveCredentials() {
        try {
            return chain.resolveCredentials();
        } catch (SdkException e) {
            throw new CredentialsException("the SDK's credentials chain gave none: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        if (chain instanceof SdkAutoCloseable closeable) {
            closeable.close();
        }
    }
}
