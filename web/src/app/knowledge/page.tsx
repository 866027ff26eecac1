import { Suspense } from "react";
import { Knowledge } from "./Knowledge";

export default function Page() {
  return (
    <Suspense>
      <Knowledge />
    </Suspense>
  );
}
