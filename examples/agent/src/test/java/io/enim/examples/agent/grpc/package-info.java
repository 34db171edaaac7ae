@NullMarked
package io.enim.examples.agent.grpc;

import org.jspecify.annotations.NullMarked;
