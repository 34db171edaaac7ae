@NullMarked
package io.enim.examples.customprovider;

import org.jspecify.annotations.NullMarked;
