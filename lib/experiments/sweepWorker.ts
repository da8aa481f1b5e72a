/** One of the workers of a sweep over the library's own tasks. */
import { type Job, type Run, takePoints } from "./job.ts";
import { TASKS } from "./tasks.ts";

const scope = self as unknown as { onmessage(event: MessageEvent<Job>): void; close(): void };

scope.onmessage = ({ data }) => {
  takePoints(data, TASKS[data.task] as Run);
  scope.close();
};
