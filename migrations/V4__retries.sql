-- Retries that wait, apart from the many runs that may be scheduled ahead: looked through now and again for those that a
-- clock which was ahead has made wait for too long.
create index run_queue_retries on run_queue (ready_at) where state = 'scheduled' and attempt > 0;
