"""What the process has imported from which tests.forked forks."""

# ruff: noqa: F401 - to have them there is what this module is for
import bot.cli
import bot.command_line.acknowledging
import bot.command_line.running
import bot.running.process
import bot.running.workers
import tests.bot.audit.integration.integrating_process
import tests.bot.delivery.courier_process
import tests.bot.running.integrating_steward
import tests.promises.steward_process
