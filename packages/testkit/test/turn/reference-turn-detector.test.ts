import { describeTurnDetector } from '../../src/index.ts';
import { ReferenceTurnDetector } from './reference-turn-detector.ts';

describeTurnDetector({ create: () => new ReferenceTurnDetector() });
