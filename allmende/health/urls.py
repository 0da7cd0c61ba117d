"""The health page under `/w/<slug>/`."""

from django.urls import path

from allmende.health import views

app_name = "health"
urlpatterns = [path("health/", views.index, name="index")]
