/** Parley's mark: a speech bubble in which a line branches. */
export function Mark({ size = 20 }: { size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      className="block flex-none"
    >
      <path d="M4 4h16v12.500h-9L6 20.500v-4H4z" />
      <path d="M8.500 10.200h3.200M11.700 10.200c1.800 0 1.600-2.200 3.600-2.200M11.700 10.200c1.800 0 1.600 2.300 3.600 2.300" />
    </svg>
  );
}
