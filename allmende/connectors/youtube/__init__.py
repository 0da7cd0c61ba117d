"""The comments below a channel's videos by the YouTube Data API, version 3 (developers.google.com/youtube/v3/docs). Answers only.

A thread is a comment below a video with its answers; these have two floors, whatever people see.
"""
