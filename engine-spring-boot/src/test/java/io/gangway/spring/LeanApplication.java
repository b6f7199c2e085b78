package io.gangway.spring;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import org.apache.catalina.webresources.TomcatURLStreamHandlerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.util.ClassUtils;

/** An application that needs no class but those that every application with the starter has. */
@SpringBootConfiguration
@EnableAutoConfiguration(
        excludeName = {
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration",
            "org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration"
        })
@Import(Chat.class)
public final class LeanApplication {
    LeanApplication() {}

    /** Loaded only where Tomcat is. */
    private static final class Tomcat {
        /** Tomcat may set the JVM's URL handlers once, and not once for each class loader. */
        static void leaveTheJvmAlone() {
            TomcatURLStreamHandlerFactory.disable();
        }
    }

    /** Starts it, and gives the status of a handshake. Called by reflection, in another class loader. */
    public static String answer(String... properties) throws IOException {
        if (ClassUtils.isPresent("org.apache.catalina.webresources.TomcatURLStreamHandlerFactory", null)) {
            Tomcat.leaveTheJvmAlone();
        }
        SpringApplication application = new SpringApplicationBuilder(LeanApplication.class)
                .properties("server.port=0", "spring.main.banner-mode=off", "spring.main.register-shutdown-hook=false")
                .properties(properties)
                .build();
        try (ConfigurableApplicationContext context = application.run()) {
            String port = context.getEnvironment().getRequiredProperty("local.gangway.port");
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create("http://localhost:" + port + "/socket.io/?EIO=4&transport=polling")
                            .toURL()
                            .openConnection();
            return String.valueOf(connection.getResponseCode());
        }
    }
}
