@NullMarked
package io.enim.provider.tck;

import org.jspecify.annotations.NullMarked;
