<?php
/* Makes the site and its people; prints one line of JSON: the people with their application passwords. */
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = parse_url(getenv('ALLMENDE_WORDPRESS_URL'), PHP_URL_HOST);
require $argv[1] . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
/* No mail leaves a test. */
if (!function_exists('wp_new_blog_notification')) {
    function wp_new_blog_notification() {}
}
add_filter('pre_wp_mail', '__return_true');
wp_install('Unser Haus', 'verwaltung', 'verwaltung@haus.example', true, '', 'verwaltung-password', 'en_US');
foreach (['permalink_structure' => '/%year%/%postname%/', 'timezone_string' => 'Europe/Berlin', 'comment_moderation' => '1',
          'comment_previously_approved' => '0', 'comments_notify' => '0', 'moderation_notify' => '0'] as $name => $value) {
    update_option($name, $value);
}
$GLOBALS['wp_rewrite']->init();
flush_rewrite_rules();
wp_insert_term('Neues', 'category');
$people = [];
foreach ([['haus', 'Unser Haus', 'editor'], ['ute', 'Ute Ulm', 'author'], ['mia', 'Mia Muster', 'subscriber']] as [$login, $name, $role]) {
    $id = wp_insert_user(['user_login' => $login, 'user_pass' => "$login-password", 'display_name' => $name,
                          'user_email' => "$login@haus.example", 'role' => $role]);
    [$password] = WP_Application_Passwords::create_new_application_password($id, ['name' => 'Allmende']);
    $people[] = ['user' => $login, 'name' => $name, 'role' => $role, 'app_password' => WP_Application_Passwords::chunk_password($password)];
}
echo "\n" . json_encode(['people' => $people]) . "\n";
