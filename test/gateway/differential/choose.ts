/** Where a generator's choices come from; fast-check behind it, so that a seed repeats them. */
export interface Choose {
  /** A whole number from 0, below the bound. */
  int(below: number): number;
  /** True in so many of a hundred cases. */
  chance(percent: number): boolean;
  /** One of a list that is not empty. */
  of<T>(list: readonly T[]): T;
  /** At least so many of a list, in its order. */
  some<T>(list: readonly T[], least?: number): T[];
}

/** Choices from a source of whole numbers below a bound. */
export function chooseBy(int: (below: number) => number): Choose {
  const chance = (percent: number) => int(100) < percent;
  return {
    int,
    chance,
    of: <T>(list: readonly T[]) => list[int(list.length)] as T,
    some<T>(list: readonly T[], least = 0) {
      const kept = list.map(() => chance(50));
      for (let missing = least - kept.filter(Boolean).length; missing > 0; missing -= 1) {
        const free = [...kept.keys()].filter((index) => !kept[index]);
        if (free.length > 0) kept[free[int(free.length)] as number] = true;
      }
      return list.filter((_, index) => kept[index]);
    },
  };
}
