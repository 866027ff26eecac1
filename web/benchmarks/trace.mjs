/** Reads Chromium's trace: what the tasks of a thread cost. */

const TASK = "ThreadControllerImpl::RunTask";

/** Milliseconds of the processor that each task of such a thread took: what else runs on the machine is not counted. */
export function taskTimes({ traceEvents }, name) {
  const thread = ({ pid, tid }) => `${pid}/${tid}`;
  const isOne = (event) => event.name === "thread_name" && event.args.name === name;
  const ones = new Set(traceEvents.filter(isOne).map(thread));
  const tasks = traceEvents.filter((event) => event.name === TASK && event.tdur && ones.has(thread(event)));
  return tasks.map(({ tdur }) => tdur / 1000);
}
